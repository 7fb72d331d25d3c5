using System.Buffers;
using System.Buffers.Binary;
using Consensus.Replication.State;

namespace Consensus.Replication.KeyValue;

/// <summary>
/// Keys with values, both bytes: put, delete, compare-and-swap, get, and scan by prefix. Every value carries the index of the log entry that
/// set it, as its version.
/// </summary>
/// <remarks>
/// Formats: <see cref="KeyValueLimits"/>, and this folder's README. Any bytes are answered; those that are no command change nothing.
/// </remarks>
public sealed class KeyValueStateMachine : IStateMachine
{
    private StateTree _tree = new();

    /// <summary>How many keys have a value.</summary>
    public int Count => _tree.Count;

    /// <inheritdoc/>
    public ApplyOutcome Apply(in CommandContext context, ReadOnlySpan<byte> command, IBufferWriter<byte> result)
    {
        // The reader wants memory, and a span cannot be had as such without pinning.
        var copy = ArrayPool<byte>.Shared.Rent(command.Length);
        try
        {
            command.CopyTo(copy);
            return KeyValueCommand.TryRead(copy.AsMemory(0, command.Length), out var parsed)
                ? Apply(context.Index, parsed, result)
                : Reject(KeyValueRejection.MalformedCommand, default, result);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    /// <inheritdoc/>
    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result)
    {
        var copy = ArrayPool<byte>.Shared.Rent(query.Length);
        try
        {
            query.CopyTo(copy);
            if (KeyValueQuery.TryRead(copy.AsMemory(0, query.Length), out var parsed))
            {
                Answer(parsed, result);
            }
            else
            {
                KeyValueAnswer.WriteRejection(result, KeyValueRejection.MalformedQuery);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    /// <inheritdoc/>
    public Digest StateHash() => _tree.RootHash();

    /// <inheritdoc/>
    public IStateSnapshot CaptureSnapshot() => _tree.Freeze();

    /// <inheritdoc/>
    public void Restore(Stream snapshot)
    {
        var tree = StateTree.Read(snapshot);
        foreach (var entry in tree.Scan(default))
        {
            if (entry.Value.Length is < StoredValue.VersionSize or > StoredValue.VersionSize + KeyValueLimits.ValueBytesMax || !StoredValue.Read(entry.Value).Exists)
            {
                throw new ConsensusException(
                    ConsensusFailure.SnapshotInvalid,
                    $"The snapshot is not one of a key-value machine: the value of key {Convert.ToHexStringLower(entry.Key.Span)} is no version with up to {KeyValueLimits.ValueBytesMax} bytes.");
            }
        }

        _tree = tree;
    }

    private static ApplyOutcome Reject(KeyValueRejection rejection, in StoredValue present, IBufferWriter<byte> result)
    {
        KeyValueAnswer.WriteOutcome(result, rejection, present.Exists, present.Version);
        return ApplyOutcome.Rejected;
    }

    private ApplyOutcome Apply(LogIndex index, in KeyValueCommand command, IBufferWriter<byte> result)
    {
        var rejection = command.Check();
        if (rejection != KeyValueRejection.None)
        {
            return Reject(rejection, default, result);
        }

        var present = Find(command.Key);
        if (command.Operation == KeyValueOperation.CompareAndSwap && !IsAsExpected(command, present))
        {
            return Reject(KeyValueRejection.ComparisonFailed, present, result);
        }

        if (command.HasValue)
        {
            Span<byte> version = stackalloc byte[StoredValue.VersionSize];
            BinaryPrimitives.WriteUInt64LittleEndian(version, index.Value);
            _tree.Overwrite(command.Key, version, command.Value);
        }
        else
        {
            _tree.Remove(command.Key);
        }

        KeyValueAnswer.WriteOutcome(result, KeyValueRejection.None, present.Exists, command.HasValue ? index : LogIndex.Zero);
        return ApplyOutcome.Applied;
    }

    private static bool IsAsExpected(in KeyValueCommand command, in StoredValue present) =>
        command.HasExpected == present.Exists && command.Expected.SequenceEqual(present.Value.Span);

    private void Answer(in KeyValueQuery query, IBufferWriter<byte> result)
    {
        var rejection = query.Kind switch
        {
            KeyValueQueryKind.Get => KeyValueLimits.CheckKey(query.Key),
            KeyValueQueryKind.Scan => KeyValueLimits.CheckScan(query.Key, query.After, query.Limit),
        };
        if (rejection != KeyValueRejection.None)
        {
            KeyValueAnswer.WriteRejection(result, rejection);
        }
        else if (query.Kind == KeyValueQueryKind.Get)
        {
            KeyValueAnswer.WriteValue(result, Find(query.Key));
        }
        else
        {
            KeyValueAnswer.WriteEntries(result, _tree, query);
        }
    }

    private StoredValue Find(ReadOnlySpan<byte> key) => _tree.TryGet(key, out var stored) ? StoredValue.Read(stored) : default;
}
