"""The loop that people write: codons of every record of a FASTA file, counted with Biopython."""

import sys
from collections import Counter

from Bio import SeqIO

counts = Counter()
for record in SeqIO.parse(sys.argv[1], "fasta"):
    sequence = str(record.seq).upper()
    counts.update(sequence[i : i + 3] for i in range(0, len(sequence) - 2, 3))
for codon, count in sorted(counts.items()):
    print(codon, count, sep="\t")
