/** Imports the modules named as arguments, by the loader of the runtime that runs this file. */
for (const path of process.argv.slice(2)) {
  await import(new URL(`../../${path}`, import.meta.url).href);
}
console.log(`${process.argv.length - 2} modules loaded`);
