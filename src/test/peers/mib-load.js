// Loads MIB files with npm net-snmp and prints "name oid" of everything in the modules.
// usage: node mib-load.js FOLDER-OF-NODE-MODULES FILE... MODULE...
const path = require("path");
const [modules, ...rest] = process.argv.slice(2);
const snmp = require(path.resolve(modules, "net-snmp"));
const store = snmp.createModuleStore();
for (const file of rest.filter((word) => word.endsWith(".txt"))) {
  store.loadFromFile(file);
}
for (const name of rest.filter((word) => !word.endsWith(".txt"))) {
  const module = store.getModule(name);
  for (const object of Object.values(module)) {
    if (object && object.OID) {
      console.log(object.ObjectName + " " + object.OID);
    }
  }
}
