import type { CDPSession, Page } from '@playwright/test';

export type Credential = Awaited<ReturnType<typeof listCredentials>>[number];
type Kind = { transport?: 'internal' | 'usb'; defaultBackupEligibility?: boolean; defaultBackupState?: boolean };
type Event = 'credentialAdded' | 'credentialAsserted' | 'credentialUpdated';

const listCredentials = async (browser: CDPSession, authenticatorId: string) =>
  (await browser.send('WebAuthn.getCredentials', { authenticatorId })).credentials;

/** A fingerprint reader of Chromium's own making, attached to one page; another tab needs another one. */
export class Authenticator {
  private constructor(
    private readonly browser: CDPSession,
    private readonly id: string,
  ) {}

  /** `kind` says what is not as in a laptop of its own, for example that it is a phone nearby, or that it synchronises. */
  static async attach(page: Page, credentials: Credential[] = [], kind: Kind = {}) {
    const browser = await page.context().newCDPSession(page);
    await browser.send('WebAuthn.enable');
    const { authenticatorId } = await browser.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        ctap2Version: 'ctap2_1',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
        ...kind,
      },
    });
    const authenticator = new Authenticator(browser, authenticatorId);
    for (const credential of credentials) await authenticator.add(credential);
    return authenticator;
  }

  /** Takes this authenticator away, passkeys and all, so that the page can be given another one: a new device. */
  detach = () => this.browser.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: this.id });

  credentials = () => listCredentials(this.browser, this.id);

  /** Gives this authenticator a passkey that another one made, as a synchronised account would. */
  add = (credential: Credential) =>
    this.browser.send('WebAuthn.addCredential', { authenticatorId: this.id, credential });

  forgetAll = () => this.browser.send('WebAuthn.clearCredentials', { authenticatorId: this.id });

  /**
   * Whether somebody touches the reader whenever it is asked. Then autofill signs in as soon as the page is there.
   * A question that is already open is not answered by touching later.
   */
  touched = (enabled: boolean) =>
    this.browser.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId: this.id, enabled });

  /** Whether the finger is the right one; where verification is required, a wrong one ends like a cancelled prompt. */
  recognised = (isUserVerified: boolean) =>
    this.browser.send('WebAuthn.setUserVerified', { authenticatorId: this.id, isUserVerified });

  /** The next time that something happens to a passkey here, or to one that is meant; ask before doing what makes it happen. */
  next = (event: Event, isMeant = (_: Credential) => true) =>
    new Promise<Credential>((resolve) => {
      const listen = ({ credential }: { credential: Credential }) => {
        if (!isMeant(credential)) return;
        this.browser.off(`WebAuthn.${event}`, listen);
        resolve(credential);
      };
      this.browser.on(`WebAuthn.${event}`, listen);
    });

  /** The id of the next passkey that the browser is told to forget; ask before doing what makes it happen. */
  nextForgotten = () =>
    new Promise<string>((resolve) => {
      this.browser.once('WebAuthn.credentialDeleted', ({ credentialId }) => resolve(credentialId));
    });
}
