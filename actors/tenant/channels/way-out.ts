/**
 * Which way an outgoing request takes. Addresses of push services are typed in by people (rather: by their browsers), so a
 * request must not become a way into the operator's network (T19): public names over https, and nothing else, but for the
 * hosts that the operator named for it (CHANNEL_PRIVATE_HOSTS, CALENDAR_PRIVATE_HOSTS). The network itself refuses private addresses, too, whatever a
 * public name resolves to (workerd-config.ts); this is the part that can be told to a person beforehand.
 */
export type WayOut =
  | { way: "public" }
  | { way: "private" }
  | { way: "none"; reason: "notAnAddress" | "credentials" | "notHttps" | "ipAddress" | "privateName" };

/** Names that are never public: RFC 6761, 6762, 7686, 8375, 9476, and what routers and companies use. */
const privateEndings =
  /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|arpa|alt|onion|test|invalid)$/;

const standardPorts: Record<string, string> = { "https:": "443", "http:": "80" };

/** `host:port` in lower case, the port always there, as in those variables. */
const hostAndPort = (url: URL): string => `${url.hostname}:${url.port || standardPorts[url.protocol]}`;

/** Such a variable as a set, or undefined when it is not a list of `host:port`. */
export const readPrivateHosts = (text: string): ReadonlySet<string> | undefined => {
  const hosts = text
    .split(",")
    .map((part) => part.trim().toLowerCase())
    .filter((part) => part !== "");
  const whole = hosts.every((host) => {
    const port = Number(/:(\d{1,5})$/.exec(host)?.[1]);
    if (!/^(\[[0-9a-f:.]+\]|[\w.-]+):\d+$/.test(host)) return false;
    if (!(port >= 1 && port <= 65_535) || !URL.canParse(`http://${host}`)) return false;
    // What is not written as a URL writes it (a path, a name with a user in front, 127.1) would never be found again.
    return new URL(`http://${host}`).hostname === host.slice(0, host.lastIndexOf(":"));
  });
  return whole ? new Set(hosts) : undefined;
};

/** The way for this address. Looks at the text alone: no name is resolved. */
export const wayOut = (address: string, privateHosts: ReadonlySet<string>): WayOut => {
  if (!URL.canParse(address)) return { way: "none", reason: "notAnAddress" };
  const url = new URL(address);
  if (!(url.protocol in standardPorts)) return { way: "none", reason: "notHttps" };
  if (url.username !== "" || url.password !== "") return { way: "none", reason: "credentials" };
  if (privateHosts.has(hostAndPort(url))) return { way: "private" };
  if (url.protocol !== "https:") return { way: "none", reason: "notHttps" };
  // The URL parser has made 0x7f.1, 2130706433 and the like into four numbers already.
  if (url.hostname.startsWith("[") || /^[\d.]+$/.test(url.hostname)) return { way: "none", reason: "ipAddress" };
  const name = url.hostname.replace(/\.+$/, "");
  if (!name.includes(".") || privateEndings.test(name)) return { way: "none", reason: "privateName" };
  return { way: "public" };
};
