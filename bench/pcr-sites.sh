#!/bin/bash
# The site analysis of qsLAM PCR as a chain of samtools, bedtools and coreutils: what gtk does itself.
# pcr-sites.sh ALIGNMENT.bam KNOWN_SITES.bed OUT
# The alignment may be in any order; the known sites are BED6, and may be empty. OUT is an empty folder.
set -euo pipefail
export LC_ALL=C
bam=$1
known=$2
out=$3
mkdir "$out/bam2bed" "$out/bed2peak" "$out/sort"
fragments=$out/bam2bed/aligned.bed
distinct=$out/bam2bed/aligned.rmdup.bed
reads=$out/positions.bed
sites=$out/bed2peak/aligned.all_peaks.txt

# R1 must not be clipped by more than 6 bases at its own 5' end. bedtools tells of every read without a mate.
samtools view -h -F 2308 "$bam" |
  awk -F '\t' '
    int($2 / 64) % 2 == 1 {
      clip = 0
      if (int($2 / 16) % 2 == 1) { if (match($6, /[0-9]+[SH]$/)) clip = substr($6, RSTART, RLENGTH - 1) }
      else if (match($6, /^[0-9]+[SH]/)) clip = substr($6, RSTART, RLENGTH - 1)
      if (clip + 0 > 6) next
    }
    { print }' |
  samtools sort -n -@ 1 -u -T "$out/sort/names" - |
  bedtools bamtobed -i - -bedpe -mate1 2> "$out/mateless" |
  awk 'BEGIN { FS = OFS = "\t" }
    $1 == $4 && $1 != "." && $9 != $10 {
      start = $2 < $5 ? $2 : $5
      end = $3 > $6 ? $3 : $6
      if (end - start < 1000) print $1, start, end, $7, $8, $9
    }' > "$fragments"

awk 'BEGIN { FS = OFS = "\t" } { print $1, $2, $3, ".", ".", $6 }' "$fragments" |
  sort --parallel 2 -S 25% -T "$out/sort" -u > "$distinct"

# Where fragments begin: name, start, end, name, 1, strand.
positions() {
  awk 'BEGIN { FS = OFS = "\t" }
    index($1, "vector") == 0 { at = $6 == "-" ? $3 : $2; print $1, at, at + 1, "aligned", 1, $6 }' "$1"
}

positions "$fragments" | sort --parallel 2 -S 25% -T "$out/sort" -k1,1 -k2,2n > "$reads"
positions "$distinct" | sort --parallel 2 -S 25% -T "$out/sort" -k1,1 -k2,2n -k6,6 |
  bedtools groupby -g 1,2,3,4,6 -c 5 -o sum |
  awk 'BEGIN { FS = OFS = "\t" } { print $1, $2, $3, $4, $6, $5 }' > "$sites"

for distance in 0 1 2 3 4 5 6 7 8 9 10; do
  peaks=$out/bed2peak/aligned.d$distance.peak.merge
  bedtools merge -i "$sites" -s -d $distance -c 5,6 -o sum,distinct |
    awk 'BEGIN { FS = OFS = "\t" } { print $1, $2, $3, "aligned", $4, $5 }' |
    sort -k1,1 -k2,2n -k3,3n -k6,6 |
    bedtools intersect -a - -b "$reads" -c -s -sorted > "$peaks.txt"
  bedtools window -a "$peaks.txt" -b "$known" -w $distance -sm -c > "$peaks.2.txt"
done
rm -r "$out/sort" "$reads"
