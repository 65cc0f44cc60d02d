// socket.io with the Redis adapter: a socket joins the room of its address, and what it says goes to all of it.
const { createServer } = require("http");
const { Server } = require("socket.io");
const { createAdapter } = require("@socket.io/redis-adapter");
const { createClient } = require("redis");

async function main() {
  const [port, redis] = process.argv.slice(2);
  const publisher = createClient({ url: redis });
  const subscriber = publisher.duplicate();
  await Promise.all([publisher.connect(), subscriber.connect()]);
  const http = createServer((_request, response) => response.end("ok"));
  const io = new Server(http, { perMessageDeflate: false });
  io.adapter(createAdapter(publisher, subscriber));
  io.on("connection", (socket) => {
    const room = `room.${socket.handshake.query.room ?? "one"}`;
    socket.join(room);
    socket.on("say", (text) => io.to(room).emit("say", text));
  });
  http.listen(Number(port), "127.0.0.1");
}

main();
