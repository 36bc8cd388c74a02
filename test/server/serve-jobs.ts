/** A server without its network, in the folder that it is given: works what waits there until it is killed. */
import { openJobServer } from './job-server.js';

await openJobServer(process.argv[2]!, { maxJobs: 4 });
process.stdout.write('ready\n');
setInterval(() => {}, 1000);
