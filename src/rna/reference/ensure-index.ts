/** The index of a species: the one that stands there if it is right, else built, once for all who ask. */
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { takeLock } from '../../engine/lock.js';
import { GtkError } from '../../errors.js';
import { programVersion } from '../../tools/find.js';
import { bytesBelow } from '../../tools/watch.js';
import { SampleFailure } from '../failure.js';
import type { Layout } from '../layout.js';
import type { SpeciesConfig } from '../species.js';
import { journalled, type QuantEngine, type Workshop } from '../workshop.js';
import { buildIndex } from './build-index.js';
import { checkIndex } from './check-index.js';
import { findReference } from './find-reference.js';
import { type IndexRecord, readIndexRecord, writeIndexRecord } from './index-record.js';
import { sha256Of } from './sha256.js';
