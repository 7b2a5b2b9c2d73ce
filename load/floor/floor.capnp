using Workerd = import "/workerd/workerd.capnp";

# The address of the socket and the path of the disk are given on the command line (load/floor/start.ts).
const config :Workerd.Config = (
  services = [
    (name = "floor", worker = .floor),
    (name = "data", disk = (writable = true)),
  ],
  sockets = [(name = "http", http = (), service = "floor")],
);

const floor :Workerd.Worker = (
  modules = [(name = "floor-worker.js", esModule = embed "floor-worker.js")],
  compatibilityDate = "2026-11-01",
  durableObjectNamespaces = [(className = "Floor", uniqueKey = "standby-load-floor", enableSql = true)],
  durableObjectStorage = (localDisk = "data"),
  bindings = [(name = "FLOOR", durableObjectNamespace = "Floor")],
);
