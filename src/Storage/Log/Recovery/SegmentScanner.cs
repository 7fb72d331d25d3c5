using System.Buffers;
using Consensus.Storage.Files;

namespace Consensus.Storage.Log;

/// <summary>Reads segments and says what is in them, without a judgement and without a change.</summary>
internal sealed class SegmentScanner(ReplicaIdentity identity)
{
    private byte[] _bytes = [];

    /// <summary>Scans the segments of a folder, in the order of their numbers.</summary>
    public static IReadOnlyList<SegmentScan> ScanFolder(SegmentStore store, ReplicaIdentity identity)
    {
        var scanner = new SegmentScanner(identity);
        try
        {
            var scans = new List<SegmentScan>();
            foreach (var number in store.List())
            {
                using var file = store.Open(number);
                scans.Add(scanner.Scan(file, number));
            }

            return scans;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scanner._bytes);
        }
    }

    private SegmentScan Scan(IStorageFile file, ulong number)
    {
        var bytes = ReadAll(file);
        var finding = JudgeHeader(bytes, number, out var header);
        var content = bytes.Length > SegmentHeader.Bytes ? bytes[SegmentHeader.Bytes..] : default;
        var scan = new SegmentScan
        {
            Number = number,
            Path = file.Path,
            Header = finding,
            Content = content.ContainsAnyExcept((byte)0) ? ContentFinding.DamagedMiddle : ContentFinding.Blank,
            Salt = header.Salt,
            DirtyEnd = bytes.LastIndexOfAnyExcept((byte)0) + 1,
        };
        if (finding != HeaderFinding.Valid)
        {
            scan.DamageOffset = 0;
            scan.Damage = Describe(finding, header, number, bytes.Length);
        }
        else if (scan.Content != ContentFinding.Blank)
        {
            ScanBatches(bytes, scan);
        }

        return scan;
    }

    private ReadOnlySpan<byte> ReadAll(IStorageFile file)
    {
        if (file.Length > int.MaxValue)
        {
            throw new ConsensusException(
                ConsensusFailure.StorageCorrupt,
                $"{file.Path}: the file has {file.Length} bytes; no segment has more than {int.MaxValue}. It is not part of this log: move it out of the folder.");
        }

        var length = (int)file.Length;
        if (_bytes.Length < length)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = ArrayPool<byte>.Shared.Rent(length);
        }

        var read = 0;
        while (read < length)
        {
            var part = file.Read(read, _bytes.AsSpan(read, length - read));
            if (part == 0)
            {
                break;
            }

            read += part;
        }

        return _bytes.AsSpan(0, read);
    }

    private HeaderFinding JudgeHeader(ReadOnlySpan<byte> bytes, ulong number, out SegmentHeader header)
    {
        if (SegmentHeader.TryReadVersion(bytes, out var version) && version > SegmentHeader.CurrentVersion)
        {
            // Of a newer version nothing else is known, not even how long its header is or where its checksum stands.
            header = new SegmentHeader { Version = version };
            var block = bytes[..Math.Min(bytes.Length, SegmentHeader.Bytes)];
            return FormatVersion.IsOverwritten(block, SegmentHeader.CurrentVersion) ? HeaderFinding.Damaged : HeaderFinding.Newer;
        }

        header = default;
        if (bytes.Length < SegmentHeader.Bytes || !bytes[..SegmentHeader.Bytes].ContainsAnyExcept((byte)0))
        {
            return HeaderFinding.Unwritten;
        }

        if (!SegmentHeader.TryRead(bytes, out header))
        {
            return HeaderFinding.Damaged;
        }

        return header switch
        {
            _ when header.Owner != identity => HeaderFinding.Foreign,
            _ when header.Number != number => HeaderFinding.Misnamed,
            _ when header.Size > bytes.Length => HeaderFinding.Shortened,
            _ => HeaderFinding.Valid,
        };
    }

    private string Describe(HeaderFinding finding, in SegmentHeader header, ulong number, int length) => finding switch
    {
        HeaderFinding.Unwritten => "the segment has no header",
        HeaderFinding.Newer => FormatVersion.Describe(header.Version, SegmentHeader.CurrentVersion),
        HeaderFinding.Damaged when header.Version > SegmentHeader.CurrentVersion =>
            $"the segment's header is damaged: it gives format version {header.Version}, but its checksum is right for {SegmentHeader.CurrentVersion}",
        HeaderFinding.Foreign => $"the segment belongs to node {header.Owner.Node} of cluster {header.Owner.Cluster}, not to node {identity.Node} of cluster {identity.Cluster}",
        HeaderFinding.Misnamed => $"the segment's number is {header.Number}, its name says {number}",
        HeaderFinding.Shortened => $"the segment has {length} bytes of {header.Size}",
        _ => "the segment's header is damaged",
    };

    private static void ScanBatches(ReadOnlySpan<byte> bytes, SegmentScan scan)
    {
        var reader = new BatchReader(bytes, scan);
        while (reader.ReadNext())
        {
        }

        if (!bytes[(int)scan.End..].ContainsAnyExcept((byte)0))
        {
            scan.Content = ContentFinding.Whole;
            scan.DamageOffset = scan.End;
            return;
        }

        var later = reader.IsOutOfSequence ? scan.End : FindBatch(bytes, scan.Salt, scan.End + BatchHeader.Alignment);
        var astray = FindAstray(bytes, scan.Salt, scan.End);
        scan.Content = later is null && astray is null && !IsWrittenBehind(bytes, scan) ? ContentFinding.DamagedTail : ContentFinding.DamagedMiddle;
        if (astray is { } found)
        {
            scan.Damage += $"; at {found.At} lies a batch that belongs at {found.Stated}";
        }
        else if (later > scan.End)
        {
            scan.Damage += $"; a batch that was written later begins at {later}";
        }
        else if (scan.Content == ContentFinding.DamagedMiddle && !reader.IsOutOfSequence)
        {
            scan.Damage += $"; something was written behind the batch, up to {scan.DirtyEnd}";
        }
    }

    /// <summary>
    /// Whether there is anything behind a damaged batch whose header is whole, and tells its length: an interrupted write leaves nothing there.
    /// So damage across the border of two batches is not taken for one unfinished batch.
    /// </summary>
    private static bool IsWrittenBehind(ReadOnlySpan<byte> bytes, SegmentScan scan) =>
        BatchHeader.TryRead(bytes[(int)scan.End..], scan.Salt, scan.End, out var header)
        && scan.DirtyEnd > BatchHeader.Align(scan.End + BatchHeader.Bytes + header.BodyBytes);

    /// <summary>
    /// Where there is a batch of this segment that was written for another place, from <paramref name="offset"/> on. The disk has put it there,
    /// over what may have been durable: no interrupted write leaves that.
    /// </summary>
    private static (long At, long Stated)? FindAstray(ReadOnlySpan<byte> bytes, ulong salt, long offset)
    {
        for (; offset < bytes.Length; offset += BatchHeader.Alignment)
        {
            if (BatchHeader.TryReadForAnyPlace(bytes[(int)offset..], salt, out var header) && header.Offset != offset)
            {
                return (offset, header.Offset);
            }
        }

        return null;
    }

    /// <summary>Where the next header of a batch is, from <paramref name="offset"/> on.</summary>
    private static long? FindBatch(ReadOnlySpan<byte> bytes, ulong salt, long offset)
    {
        for (; offset < bytes.Length; offset += BatchHeader.Alignment)
        {
            if (BatchHeader.TryRead(bytes[(int)offset..], salt, offset, out _))
            {
                return offset;
            }
        }

        return null;
    }
}
