using System.Runtime.CompilerServices;
using Consensus.Serialization;

namespace Consensus.Replication.KeyValue;

/// <summary>The key-value machine as its users see it. Safe to use from any number of threads.</summary>
/// <remarks>
/// What exceeds the <see cref="KeyValueLimits"/> gets the machine's own rejection at once, without a round trip. An answer that no key-value
/// machine gives is a <see cref="ConsensusException"/> with <see cref="ConsensusFailure.InvalidConfiguration"/>.
/// </remarks>
/// <param name="consensus">The group that replicates it.</param>
/// <param name="machine">
/// Under which identity a <see cref="CompositeStateMachine"/> hosts it; <c>default</c> if it is the replicas' only machine.
/// </param>
public sealed class KeyValueStore(IConsensus consensus, MachineId machine = default)
{
    private const int HeadersSize = 32;

    /// <summary>Sets a key's value.</summary>
    public ValueTask<WriteResult> PutAsync(
        ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value, ProposeOptions options = default, CancellationToken cancellationToken = default)
    {
        if (Rejected(KeyValueLimits.CheckKey(key.Span)) is { } keyRejected)
        {
            return keyRejected;
        }

        if (Rejected(KeyValueLimits.CheckValue(value.Span)) is { } valueRejected)
        {
            return valueRejected;
        }

        var command = Begin(key.Length + value.Length);
        KeyValueCommand.WritePut(command, key.Span, value.Span);
        return ProposeAsync(command, options, cancellationToken);
    }

    /// <summary>Removes a key. It is applied also if there is none; then <see cref="WriteResult.Existed"/> is false.</summary>
    public ValueTask<WriteResult> DeleteAsync(ReadOnlyMemory<byte> key, ProposeOptions options = default, CancellationToken cancellationToken = default)
    {
        if (Rejected(KeyValueLimits.CheckKey(key.Span)) is { } rejected)
        {
            return rejected;
        }

        var command = Begin(key.Length);
        KeyValueCommand.WriteDelete(command, key.Span);
        return ProposeAsync(command, options, cancellationToken);
    }

    /// <summary>Sets or removes a key's value if the present one is as expected; else it is rejected with <see cref="KeyValueRejection.ComparisonFailed"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="expected">
    /// The value that the key must have; null if it must have none. Mind C#: a variable of type <c>byte[]</c> that is null, and <c>null</c> beside
    /// memory in a conditional expression, convert to an empty value; <c>default(ReadOnlyMemory&lt;byte&gt;?)</c> does not.
    /// </param>
    /// <param name="replacement">The value that it gets; null to remove it.</param>
    /// <param name="options">How it is proposed.</param>
    /// <param name="cancellationToken">Stops the waiting. The command may still take effect.</param>
    public ValueTask<WriteResult> CompareAndSwapAsync(
        ReadOnlyMemory<byte> key,
        ReadOnlyMemory<byte>? expected,
        ReadOnlyMemory<byte>? replacement,
        ProposeOptions options = default,
        CancellationToken cancellationToken = default)
    {
        if (Rejected(KeyValueLimits.CheckKey(key.Span)) is { } keyRejected)
        {
            return keyRejected;
        }

        var expectedBytes = expected.GetValueOrDefault();
        var replacementBytes = replacement.GetValueOrDefault();
        if ((Rejected(KeyValueLimits.CheckValue(expectedBytes.Span)) ?? Rejected(KeyValueLimits.CheckValue(replacementBytes.Span))) is { } valueRejected)
        {
            return valueRejected;
        }

        var command = Begin(key.Length + expectedBytes.Length + replacementBytes.Length);
        KeyValueCommand.WriteCompareAndSwap(command, key.Span, expected, replacement);
        return ProposeAsync(command, options, cancellationToken);
    }

    /// <summary>Finds a key's value.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReadResult> GetAsync(
        ReadOnlyMemory<byte> key, ReadConsistency consistency = ReadConsistency.Linearizable, CancellationToken cancellationToken = default)
    {
        var rejection = KeyValueLimits.CheckKey(key.Span);
        if (rejection != KeyValueRejection.None)
        {
            return new ReadResult(RefusalReason.None, rejection, LogIndex.Zero, IsFound: false, LogIndex.Zero, default);
        }

        using var query = Begin(key.Length);
        KeyValueQuery.WriteGet(query, key.Span);
        var answer = await consensus.QueryAsync(query.WrittenMemory, consistency, cancellationToken).ConfigureAwait(false);
        if (!answer.IsAnswered || IsMachineUnknown(answer.Result))
        {
            rejection = answer.IsAnswered ? KeyValueRejection.MachineUnknown : KeyValueRejection.None;
            return new ReadResult(answer.Refusal, rejection, answer.Index, IsFound: false, LogIndex.Zero, default);
        }

        try
        {
            return KeyValueAnswer.ReadValue(answer);
        }
        catch (MessagePackSerializationException exception)
        {
            throw Foreign(exception);
        }
    }

    /// <summary>Lists entries whose key begins with a prefix, in ordinal order of the keys.</summary>
    /// <param name="prefix">What the keys begin with; empty for all.</param>
    /// <param name="limit">The most entries to return: 1 to <see cref="KeyValueLimits.ScanLimitMax"/>.</param>
    /// <param name="after">Only keys that come after this one; empty for all.</param>
    /// <param name="consistency">How current the answer must be.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    public async ValueTask<ScanResult> ScanAsync(
        ReadOnlyMemory<byte> prefix,
        int limit = 100,
        ReadOnlyMemory<byte> after = default,
        ReadConsistency consistency = ReadConsistency.Linearizable,
        CancellationToken cancellationToken = default)
    {
        var rejection = KeyValueLimits.CheckScan(prefix.Span, after.Span, limit);
        if (rejection != KeyValueRejection.None)
        {
            return new ScanResult(RefusalReason.None, rejection, LogIndex.Zero, [], HasMore: false);
        }

        using var query = Begin(prefix.Length + after.Length);
        KeyValueQuery.WriteScan(query, prefix.Span, after.Span, limit);
        var answer = await consensus.QueryAsync(query.WrittenMemory, consistency, cancellationToken).ConfigureAwait(false);
        if (!answer.IsAnswered || IsMachineUnknown(answer.Result))
        {
            rejection = answer.IsAnswered ? KeyValueRejection.MachineUnknown : KeyValueRejection.None;
            return new ScanResult(answer.Refusal, rejection, answer.Index, [], HasMore: false);
        }

        try
        {
            return KeyValueAnswer.ReadEntries(answer);
        }
        catch (MessagePackSerializationException exception)
        {
            throw Foreign(exception);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<WriteResult> ProposeAsync(PooledBufferWriter command, ProposeOptions options, CancellationToken cancellationToken)
    {
        ValueTask<ProposeResult> proposal;
        using (command)
        {
            // The command may be reused as soon as there is a task; it need not be kept while the group works.
            proposal = consensus.ProposeAsync(command.WrittenMemory, options, cancellationToken);
        }

        var result = await proposal.ConfigureAwait(false);
        if (result.Status is not (ProposeStatus.Applied or ProposeStatus.Rejected))
        {
            return new WriteResult(result.Status, result.Refusal, KeyValueRejection.None, result.Index, Existed: false, LogIndex.Zero);
        }

        if (IsMachineUnknown(result.Result))
        {
            return new WriteResult(result.Status, result.Refusal, KeyValueRejection.MachineUnknown, result.Index, Existed: false, LogIndex.Zero);
        }

        try
        {
            return KeyValueAnswer.ReadOutcome(result);
        }
        catch (MessagePackSerializationException exception)
        {
            throw Foreign(exception);
        }
    }

    private static ValueTask<WriteResult>? Rejected(KeyValueRejection rejection) => rejection == KeyValueRejection.None
        ? null
        : new ValueTask<WriteResult>(new WriteResult(ProposeStatus.Rejected, RefusalReason.None, rejection, LogIndex.Zero, Existed: false, LogIndex.Zero));

    private static bool IsMachineUnknown(ReadOnlyMemory<byte> answer) => CompositeStateMachine.TryReadRejection(answer.Span, out _);

    private static ConsensusException Foreign(MessagePackSerializationException exception) => new(
        ConsensusFailure.InvalidConfiguration,
        "The answer is not one of a key-value machine: the replicas host another machine where this store expects it.",
        exception);

    /// <summary>A buffer for a command or query, with the machine's identity in it if there are several machines.</summary>
    private PooledBufferWriter Begin(int payloadBytes)
    {
        var buffer = new PooledBufferWriter(HeadersSize + payloadBytes);
        if (machine != MachineId.None)
        {
            buffer.GetSpan(1)[0] = machine.Value;
            buffer.Advance(1);
        }

        return buffer;
    }
}
