declare module 'swagger-ui-dist/swagger-ui-es-bundle.js' {
  type Settings = { domNode: HTMLElement; url: string; validatorUrl: null } & Record<string, unknown>;
  const SwaggerUI: (settings: Settings) => void;
  export default SwaggerUI;
}
