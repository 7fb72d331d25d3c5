using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Consensus.Storage.Log;

/// <summary>How a write-ahead log is laid out on the disk.</summary>
public sealed record WriteAheadLogOptions
{
    /// <summary>The smallest <see cref="SegmentBytes"/>.</summary>
    public const int SegmentBytesMin = 4 * 1024;

    /// <summary>The largest <see cref="SegmentBytes"/>.</summary>
    public const int SegmentBytesMax = 512 * 1024 * 1024;

    /// <summary>
    /// The size of a segment, reserved on the disk before it is used. What is left of the segment in use is also what votes, terms and
    /// the entries in flight are written to when the disk is full (<see cref="ReserveBytes"/>).
    /// </summary>
    /// <value>64 MiB; 4 KiB to 512 MiB, a multiple of 512 bytes.</value>
    public int SegmentBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>
    /// How much of the segment in use must be left until it is certain that there is a next one. As much as may be staged and not yet
    /// persisted at any time; then a disk that fills up takes all of it.
    /// </summary>
    /// <value>Half a segment; 0 bytes to <see cref="SegmentBytes"/>.</value>
    public int? ReserveBytes { get; init; }

    /// <summary>
    /// Whether the next segment is prepared on another thread. <see langword="false"/> prepares it before the call that took the previous
    /// one returns: slower, and the same at every run.
    /// </summary>
    /// <value><see langword="true"/>.</value>
    public bool PrepareInBackground { get; init; } = true;

    /// <summary>
    /// Gives each segment a number that nobody outside can foresee. It marks the segment's batches, so that no command's content can pass
    /// for one when a damaged log is searched.
    /// </summary>
    /// <value>Random; a simulation gives its own.</value>
    public Func<ulong> NewSalt { get; init; } = static () =>
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    };

    internal int Reserve => ReserveBytes ?? SegmentBytes / 2;

    internal void Validate()
    {
        if (SegmentBytes is < SegmentBytesMin or > SegmentBytesMax || SegmentBytes % 512 != 0)
        {
            throw new ConsensusException(
                ConsensusFailure.InvalidConfiguration,
                $"{nameof(SegmentBytes)} is {SegmentBytes}; allowed are multiples of 512 from {SegmentBytesMin} to {SegmentBytesMax} bytes.");
        }

        if (Reserve < 0 || Reserve > SegmentBytes)
        {
            throw new ConsensusException(
                ConsensusFailure.InvalidConfiguration,
                $"{nameof(ReserveBytes)} is {Reserve}; allowed are 0 to {nameof(SegmentBytes)} ({SegmentBytes}).");
        }
    }
}
