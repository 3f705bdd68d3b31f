// A receiver made of npm net-snmp: prints each notification that it accepts as one line of JSON.
// usage: node trap-receiver.js FOLDER-OF-NODE-MODULES PORT [user auth password priv password]...
const path = require("path");
const [modules, port, ...users] = process.argv.slice(2);
const snmp = require(path.resolve(modules, "net-snmp"));
const receiver = snmp.createReceiver({ port: Number(port), address: "127.0.0.1" }, (error, notification) => {
  if (error) {
    console.log("ERROR " + error);
    return;
  }
  const varbinds = notification.pdu.varbinds.map((varbind) => ({
    oid: varbind.oid,
    type: varbind.type,
    value: Buffer.isBuffer(varbind.value) ? varbind.value.toString("utf8") : String(varbind.value),
  }));
  console.log("TRAP " + JSON.stringify({ type: notification.pdu.type, varbinds }));
});
receiver.getAuthorizer().addCommunity("public");
for (let i = 0; i < users.length; i += 5) {
  receiver.getAuthorizer().addUser({
    name: users[i],
    level: snmp.SecurityLevel.authPriv,
    authProtocol: snmp.AuthProtocols[users[i + 1]],
    authKey: users[i + 2],
    privProtocol: snmp.PrivProtocols[users[i + 3]],
    privKey: users[i + 4],
  });
}
console.log("READY");
