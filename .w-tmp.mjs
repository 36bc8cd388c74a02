import { Worker } from 'node:worker_threads';
process.chdir('/');
for (let i=0;i<2;i++) { const w = new Worker(new URL('./.t2-tmp.mjs', import.meta.url), { argv: ['/tmp/smp/zebrafish_96x10942_csr.h5ad'] }); w.on('error', e=>console.log('ERR', e.message.slice(0,300))); w.on('exit', c=>console.log('exit', c)); }
