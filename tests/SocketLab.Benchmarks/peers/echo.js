// TCP echo with node's net module. Prints its port.
const server = require("net").createServer({ noDelay: true }, (socket) => {
  socket.on("error", () => socket.destroy());
  socket.pipe(socket);
});
server.listen(0, "127.0.0.1", () => console.log(`READY 127.0.0.1:${server.address().port}`));
