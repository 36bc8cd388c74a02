/** Tries to start a job of each run that standard input names in a list, and prints of which runs it did. */
import { text } from 'node:stream/consumers';
import { openDatabase } from '../../src/server/database/database.js';

const database = openDatabase(process.argv[2]!);
process.stdout.write('\n');
const runs = JSON.parse(await text(process.stdin)) as string[];
const won = runs.filter((run) => database.insertJob(run, { task: 'umi', input: 'auto' }));
process.stdout.write(JSON.stringify(won));
