/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  // Not the folder above, whose own instrumentation would be built in.
  turbopack: { root: import.meta.dirname },
};
