using System.Buffers.Binary;
using Consensus.Cryptography;
using Consensus.Storage.Files;

namespace Consensus.Swarm;

/// <summary>
/// What a node has voted, durably: a vote is written here before it is told, so that a node that starts again does not vote otherwise than before. Safe to use from any number of threads.
/// </summary>
/// <remarks>
/// <para>A file <c>votes</c> in a folder of its own, of records of 64 bytes, little-endian. The first one says whose it is, each further one is a vote:</para>
/// <code>
/// "CNSVOTES" 8, version 4, swarm 16, node 4, zeros 28, CRC-32C of that 4
/// ballot 32, when it closes 8, 1 for yes or 0 for no 1, zeros 19, CRC-32C of that 4
/// </code>
/// <para>A record that was not whole when the power failed is the last one, and was told nobody: it is cut off. Any other damage is an error, and the node does not start. Votes are forgotten a day after their ballots have closed, when the journal is opened.</para>
/// </remarks>
public sealed class VoteJournal : IDisposable
{
    /// <summary>The file's name.</summary>
    public const string Name = "votes";

    private const string Writing = "votes.partial";
    private const string LockName = "lock";
    private const int RecordSize = 64;
    private const int ChecksumAt = RecordSize - sizeof(uint);
    private const uint Version = 1;

    private static readonly TimeSpan Remembered = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<Digest, bool> _votes = [];
    private readonly IStorageFile? _file;
    private readonly IDisposable? _folder;
    private long _end;
    private Exception? _failure;

    private VoteJournal(IStorageFile? file, IDisposable? folder) => (_file, _folder) = (file, folder);

    private static ReadOnlySpan<byte> Magic => "CNSVOTES"u8;

    /// <summary>Opens the journal of a node, or begins one.</summary>
    /// <param name="directory">Its folder, which is created if need be. Nobody else uses it.</param>
    /// <param name="swarm">In which swarm the node votes.</param>
    /// <param name="node">The node.</param>
    /// <param name="time">The clock by which votes are forgotten; the system's, if it is left out.</param>
    /// <exception cref="ConsensusException"><see cref="ConsensusFailure.StorageCorrupt"/>: it is damaged. <see cref="ConsensusFailure.StorageForeign"/>: it is another node's or swarm's, or a newer version wrote it.</exception>
    /// <exception cref="IOException">It cannot be read or written, or somebody else uses it.</exception>
    public static VoteJournal Open(string directory, ClusterId swarm, NodeId node, TimeProvider? time = null) => Open(new DiskFileSystem(), directory, swarm, node, time ?? TimeProvider.System);

    /// <summary>A journal that forgets all when the process ends. For nodes that never start again under the same number: one that does may vote otherwise than before, which is to lie.</summary>
    public static VoteJournal InMemory() => new(file: null, folder: null);

    /// <summary>What was voted in a ballot; <see langword="null"/> for nothing.</summary>
    public bool? Find(Digest ballot)
    {
        lock (_lock)
        {
            return _votes.TryGetValue(ballot, out var isFor) ? isFor : null;
        }
    }

    /// <summary>Writes a vote, unless there is one in that ballot; it is durable when this returns.</summary>
    /// <param name="ballot">In which.</param>
    /// <param name="closesAt">When that closes.</param>
    /// <param name="isFor">What is voted.</param>
    /// <returns>What was voted: the vote that was there first.</returns>
    /// <exception cref="IOException">It cannot be written. Whether the disk has it is not known then, so nothing is voted until the journal is opened again.</exception>
    public bool Record(Digest ballot, Timestamp closesAt, bool isFor)
    {
        lock (_lock)
        {
            if (_votes.TryGetValue(ballot, out var before))
            {
                return before;
            }

            if (_failure is not null)
            {
                throw new IOException("The journal of votes could not be written before; it is to be opened again.", _failure);
            }

            if (_file is not null)
            {
                Append(_file, RecordOf(ballot, closesAt, isFor));
            }

            _votes.Add(ballot, isFor);
            return isFor;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        _folder?.Dispose();
    }

    internal static VoteJournal Open(IFileSystem files, string directory, ClusterId swarm, NodeId node, TimeProvider time)
    {
        files.CreateDirectory(directory);
        var folder = files.Lock(Path.Join(directory, LockName));
        try
        {
            var records = Read(files, directory, swarm, node);
            var from = (time.GetUtcNow() - Remembered).ToUnixTimeMilliseconds();
            var kept = records.FindAll(record => ClosesAt(record) >= from);
            var journal = new VoteJournal(Write(files, directory, [HeadOf(swarm, node), .. kept]), folder) { _end = RecordSize * (kept.Count + 1) };
            foreach (var record in kept)
            {
                journal._votes[new Digest(record.AsSpan(0, Digest.Size))] = record[40] != 0;
            }

            return journal;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static List<byte[]> Read(IFileSystem files, string directory, ClusterId swarm, NodeId node)
    {
        if (!files.ListFiles(directory).Contains(Name, StringComparer.Ordinal))
        {
            return [];
        }

        using var file = files.Open(Path.Join(directory, Name));
        var content = new byte[file.Length];
        if (file.Read(0, content) < content.Length || content.Length < RecordSize || !IsWhole(content.AsSpan(0, RecordSize)) || !content.AsSpan().StartsWith(Magic))
        {
            throw Corrupt(file.Path, "it does not begin like one");
        }

        var version = BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(8));
        if (version > Version)
        {
            throw new ConsensusException(ConsensusFailure.StorageForeign, $"The journal of votes {file.Path} has format {version}; this program knows up to {Version}. Upgrade this program.");
        }

        if (!content.AsSpan(0, RecordSize).SequenceEqual(HeadOf(swarm, node)))
        {
            var owner = new NodeId(BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(28)));
            throw new ConsensusException(ConsensusFailure.StorageForeign, $"The journal of votes {file.Path} is that of node {owner} in swarm {ClusterId.FromBytes(content.AsSpan(12, ClusterId.Size))}; allowed: node {node} in swarm {swarm}.");
        }

        var records = new List<byte[]>();
        for (var at = RecordSize; at + RecordSize <= content.Length; at += RecordSize)
        {
            if (IsWhole(content.AsSpan(at, RecordSize)))
            {
                records.Add(content[at..(at + RecordSize)]);
            }
            else if (at + (2 * RecordSize) <= content.Length)
            {
                throw Corrupt(file.Path, $"the vote at {at} is not what was written, and others follow it");
            }
        }

        return records;
    }

    /// <summary>Writes the whole file anew, and puts it in place of the old one in one step.</summary>
    private static IStorageFile Write(IFileSystem files, string directory, IEnumerable<byte[]> records)
    {
        var temporary = Path.Join(directory, Writing);
        files.Delete(temporary);
        var file = files.Create(temporary);
        try
        {
            file.Write(0, [.. records.SelectMany(static record => record)]);
            file.Flush();
            files.Rename(temporary, Path.Join(directory, Name));
            files.FlushDirectory(directory);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static byte[] HeadOf(ClusterId swarm, NodeId node)
    {
        var head = new byte[RecordSize];
        Magic.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(8), Version);
        swarm.CopyTo(head.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(28), node.Value);
        return Closed(head);
    }

    private static byte[] RecordOf(Digest ballot, Timestamp closesAt, bool isFor)
    {
        var record = new byte[RecordSize];
        ballot.CopyTo(record);
        BinaryPrimitives.WriteInt64LittleEndian(record.AsSpan(32), closesAt.UnixMilliseconds);
        record[40] = isFor ? (byte)1 : (byte)0;
        return Closed(record);
    }

    private static byte[] Closed(byte[] record)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(ChecksumAt), Crc32C.Compute(record.AsSpan(0, ChecksumAt)));
        return record;
    }

    private static bool IsWhole(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadUInt32LittleEndian(record[ChecksumAt..]) == Crc32C.Compute(record[..ChecksumAt]);

    private static long ClosesAt(byte[] record) => BinaryPrimitives.ReadInt64LittleEndian(record.AsSpan(32));

    private static ConsensusException Corrupt(string path, string what) => new(ConsensusFailure.StorageCorrupt, $"The journal of votes {path} is damaged: {what}. A node that has forgotten what it voted may not vote again under its number.");

    private void Append(IStorageFile file, byte[] record)
    {
        try
        {
            file.Write(_end, record);
            file.Flush();
            _end += RecordSize;
        }
        catch (Exception exception)
        {
            _failure = exception;
            throw;
        }
    }
}
