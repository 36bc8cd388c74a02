/** The steps themselves, each loaded when it is wanted. */
import type { TaskName } from './names.js';
import type { Step } from './step.js';

const steps: Record<TaskName, () => Promise<Step>> = {
  qc_before: async () => (await import('./qc.js')).qcStep('before'),
  qc_after: async () => (await import('./qc.js')).qcStep('after'),
  umi: async () => (await import('./umi.js')).umiStep,
  cutadapt: async () => (await import('./cutadapt.js')).cutadaptStep,
  fastp: async () => (await import('./fastp.js')).fastpStep,
  readlen: async () => (await import('./readlen.js')).readlenStep,
  read_mapping: async () => (await import('./read-mapping.js')).readMappingStep,
  site_analysis: async () => (await import('./site-analysis.js')).siteAnalysisStep,
};

export function findStep(task: TaskName): Promise<Step> {
  return steps[task]();
}
