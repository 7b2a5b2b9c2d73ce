/**
 * The address as the provider called it. Behind a proxy that adds TLS the Worker sees http and maybe another host, while
 * providers sign what they were given: PUBLIC_URL and the path.
 */
export const publicAddress = (seen: string, publicUrl: string): string => {
  // The path and the query as they came: what was decoded and encoded again would not have the same signature.
  const rest = /^[a-z]+:\/\/[^/?#]*([^#]*)/i.exec(seen)?.[1] ?? "";
  return `${new URL(publicUrl).origin}${rest}`;
};
