// Prints its port, then answers 200 with the event's name to what is verified and 400 to everything else. It ends with its standard input.
import { createServer } from 'node:http';

export function serve(verify) {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) {
      chunks.push(chunk);
    }

    try {
      const { event } = verify(Buffer.concat(chunks).toString('utf8'), request.headers);
      response.writeHead(200).end(event);
    } catch (refused) {
      response.writeHead(400).end(refused.message);
    }
  });
  server.listen(0, '127.0.0.1', () => console.log(server.address().port));
  process.stdin.resume().on('end', () => process.exit(0));
}
