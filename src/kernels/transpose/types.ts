/** Turning a matrix that is stored row by row into columns. */
export interface TransposeKernel {
  readonly name: string;
  /**
   * @param matrix rows × width values
   * @returns the same values column by column
   * @throws RangeError if the length is no multiple of the width
   */
  transpose(matrix: Uint32Array, width: number): Uint32Array;
}
