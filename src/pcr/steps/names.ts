/** The steps of a PCR run by their names. */

/** Steps that can be asked for, in the order in which a whole chain runs them. */
export const stepNames = [
  'qc',
  'umi',
  'cutadapt',
  'fastp',
  'readlen',
  'read_mapping',
  'site_analysis',
] as const;
export type StepName = (typeof stepNames)[number];

/** What is run and recorded: quality control has two stages, each with outputs and a log of its own. */
export const taskNames = ['qc_before', 'qc_after', ...stepNames.slice(1)] as const;
export type TaskName = 'qc_before' | 'qc_after' | Exclude<StepName, 'qc'>;

/** Where reads can come from. */
export const readsInputs = ['auto', 'raw', 'umi', 'cutadapt', 'fastp'] as const;
export type ReadsInput = (typeof readsInputs)[number];
export type ReadsSource = Exclude<ReadsInput, 'auto'>;

/** The step that a task belongs to. */
export function stepOf(task: TaskName): StepName {
  return task === 'qc_before' || task === 'qc_after' ? 'qc' : task;
}

/** The folders that a task owns, in the workspace. The last one holds its record. */
export const taskFolders: Readonly<Record<TaskName, readonly string[]>> = {
  qc_before: ['fastqc/beforeCutAdapt'],
  qc_after: ['fastqc/afterCutAdapt'],
  umi: ['umi'],
  cutadapt: ['cutPrimer'],
  fastp: ['fastp'],
  readlen: ['readlen'],
  read_mapping: ['bwa'],
  site_analysis: ['bam2bed', 'bed2peak'],
};
