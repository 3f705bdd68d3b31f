// npm telegram-test-api as a Telegram on 127.0.0.1.
// usage: node telegram-server.js FOLDER-OF-NODE-MODULES PORT
const path = require("path");
const [modules, port] = process.argv.slice(2);
const TelegramServer = require(path.resolve(modules, "telegram-test-api"));
const server = new TelegramServer({ port: Number(port), host: "127.0.0.1", storeTimeout: 3600 });
server.start().then(() => console.log("READY"));
