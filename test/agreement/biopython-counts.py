"""Counts codons with Biopython, as JSON on standard output.

Usage: biopython-counts.py codes
       biopython-counts.py count FASTA FRAME
"""

import json
import sys
from collections import Counter
from itertools import product

from Bio import SeqIO
from Bio.Data import CodonTable

CODONS = ["".join(bases) for bases in product("ACGT", repeat=3)]


def codes():
    """Amino acid of every codon in every NCBI table, '*' for a stop."""
    return {
        number: {codon: table.forward_table.get(codon, "*") for codon in CODONS}
        for number, table in CodonTable.unambiguous_dna_by_id.items()
    }


def count(path, frame):
    """One entry a record, and the ambiguous codons of all records."""
    records = []
    ambiguous = Counter()
    for record in SeqIO.parse(path, "fasta"):
        dna = record.seq.upper().back_transcribe()[frame:]
        codons = Counter(str(dna[at : at + 3]) for at in range(0, len(dna) - 2, 3))
        known = {codon: codons[codon] for codon in CODONS}
        others = {codon: n for codon, n in codons.items() if codon not in known}
        ambiguous.update(others)
        records.append(
            {
                "id": record.id,
                "description": (record.description.split(None, 1) + ["", ""])[1],
                "length": len(record.seq),
                "codons": sum(known.values()),
                "ambiguous": sum(others.values()),
                "partial": len(dna) % 3 != 0,
                "counts": known,
            }
        )
    return {"records": records, "ambiguous": ambiguous}


if sys.argv[1] == "codes":
    result = codes()
else:
    result = count(sys.argv[2], int(sys.argv[3]))
json.dump(result, sys.stdout)
