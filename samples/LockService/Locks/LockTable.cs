using System.Buffers;
using System.Text;
using Consensus.Replication.State;
using Consensus.Serialization;

namespace Consensus.Samples.Locks;

/// <summary>The state machine: locks that expire, and who has them.</summary>
/// <remarks>The state is one tree. Under <c>f</c> lies the format, from 2 on; under <c>l</c> and a lock's name lies its <see cref="LockHolder"/>.</remarks>
public sealed class LockTable : IStateMachine
{
    /// <summary>The newest format that this program knows.</summary>
    public const byte NewestFormat = 2;

    private const byte LockPrefix = (byte)'l';

    private StateTree _tree = new();

    private static ReadOnlySpan<byte> FormatKey => "f"u8;

    private byte Format => _tree.TryGet(FormatKey, out var format) ? format.Span[0] : (byte)1;

    /// <inheritdoc/>
    public ApplyOutcome Apply(in CommandContext context, ReadOnlySpan<byte> command, IBufferWriter<byte> result)
    {
        var answer = LockCommand.TryRead(command, out var parsed) switch
        {
            false => new LockAnswer(LockRejection.Malformed, null),
            true when !parsed.IsInBounds => new LockAnswer(LockRejection.OutOfBounds, null),
            true => parsed.Kind switch
            {
                LockCommandKind.Acquire => Acquire(context, parsed),
                LockCommandKind.Release => Release(context, parsed),
                LockCommandKind.RaiseFormat => RaiseFormat(parsed.Number),
            },
        };
        answer.WriteTo(result);
        return answer.Rejection == LockRejection.None ? ApplyOutcome.Applied : ApplyOutcome.Rejected;
    }

    /// <inheritdoc/>
    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result)
    {
        var answer = LockCommand.TryReadQuery(query, out var name)
            ? new LockAnswer(LockRejection.None, Find(Key(name)))
            : new LockAnswer(LockRejection.Malformed, null);
        answer.WriteTo(result);
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
            RequireKnown(entry);
        }

        _tree = tree;
    }

    private static byte[] Key(string name) => [LockPrefix, .. Encoding.UTF8.GetBytes(name)];

    private static void RequireKnown(in StateTreeEntry entry)
    {
        try
        {
            if (entry.Key.Span.SequenceEqual(FormatKey))
            {
                RequireFormat(entry.Value.Span);
            }
            else if (entry.Key.Span[0] == LockPrefix)
            {
                LockHolder.Read(entry.Value);
            }
            else
            {
                throw Invalid($"{Convert.ToHexStringLower(entry.Key.Span)} is no key of it");
            }
        }
        catch (MessagePackSerializationException exception)
        {
            throw Invalid($"the lock {Convert.ToHexStringLower(entry.Key.Span)} has no holder that can be read. {exception.Message}");
        }
    }

    private static void RequireFormat(ReadOnlySpan<byte> value)
    {
        if (value.Length != 1 || value[0] is < 2 or > NewestFormat)
        {
            throw Invalid($"its format is {Convert.ToHexStringLower(value)}; this program reads 1 to {NewestFormat}, a newer program more");
        }
    }

    private static ConsensusException Invalid(string problem) =>
        new(ConsensusFailure.SnapshotInvalid, $"The snapshot of the lock table cannot be restored: {problem}.");

    private LockAnswer Acquire(in CommandContext context, in LockCommand command)
    {
        var key = Key(command.Name);
        var present = Find(key);
        var isHeld = present is not null && present.Until > context.Time;
        if (isHeld && present!.Owner != command.Owner)
        {
            return new LockAnswer(LockRejection.Held, present);
        }

        if (present is null && _tree.Count >= LockLimits.LocksMax)
        {
            RemoveExpired(context.Time);
            if (_tree.Count >= LockLimits.LocksMax)
            {
                return new LockAnswer(LockRejection.Full, null);
            }
        }

        var until = new Timestamp(context.Time.UnixMilliseconds + command.Number);
        var holder = isHeld
            ? present! with { Until = until }
            : new LockHolder(command.Owner, context.Index.Value, until, Format >= 2 ? context.Time : null);
        _tree.Set(key, holder.ToBytes());
        return new LockAnswer(LockRejection.None, holder);
    }

    private LockAnswer Release(in CommandContext context, in LockCommand command)
    {
        var key = Key(command.Name);
        var present = Find(key);
        if (present is null || present.Until <= context.Time || present.Owner != command.Owner)
        {
            return new LockAnswer(LockRejection.NotHeld, present);
        }

        _tree.Remove(key);
        return new LockAnswer(LockRejection.None, null);
    }

    private LockAnswer RaiseFormat(long format)
    {
        if (format != Format + 1)
        {
            return new LockAnswer(LockRejection.NotTheNextFormat, null);
        }

        if (format > NewestFormat)
        {
            // Others know it and go on with it. To answer anything here would be to differ from them: this replica has to stop.
            throw new NotSupportedException($"Format {format} was raised, and this program knows those up to {NewestFormat}: start a newer program.");
        }

        _tree.Set(FormatKey, [(byte)format]);
        return new LockAnswer(LockRejection.None, null);
    }

    private void RemoveExpired(Timestamp now)
    {
        var expired = new List<byte[]>();
        foreach (var entry in _tree.Scan([LockPrefix]))
        {
            if (LockHolder.Read(entry.Value).Until <= now)
            {
                expired.Add(entry.Key.ToArray());
            }
        }

        expired.ForEach(key => _tree.Remove(key));
    }

    private LockHolder? Find(byte[] key) => _tree.TryGet(key, out var bytes) ? LockHolder.Read(bytes) : null;
}
