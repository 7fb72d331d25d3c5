using System.Buffers;
using Consensus.Cryptography;

namespace Consensus.Replication;

/// <summary>Several state machines behind one log. A command or query begins with the byte of the machine that it is for.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>Answer to a command or query for no machine: the byte C1, which MessagePack never uses, and the <see cref="CompositeRejection"/>.</item>
/// <item>State hash: <c>BLAKE3</c> over identity (1 byte) and state hash (32) of each machine, in the order of the identities.</item>
/// <item>Snapshot: number of machines (1 byte), then for each in that order its identity (1) and its own snapshot, as <see cref="PartWriteStream"/> frames it.</item>
/// </list>
/// </remarks>
public sealed class CompositeStateMachine : IStateMachine
{
    private const byte RejectionMark = 0xC1;

    private readonly HostedMachine[] _machines;

    /// <summary>Puts machines side by side.</summary>
    /// <exception cref="ConsensusException">
    /// <see cref="ConsensusFailure.InvalidConfiguration"/>: an identity is there twice, or is <see cref="MachineId.None"/>, or there is no machine.
    /// </exception>
    public CompositeStateMachine(IEnumerable<HostedMachine> machines)
    {
        _machines = [.. machines.OrderBy(machine => machine.Id)];
        if (_machines.Length == 0)
        {
            throw Invalid("it hosts none; allowed are 1 to 255");
        }

        for (var i = 0; i < _machines.Length; i++)
        {
            if (_machines[i].Id == MachineId.None)
            {
                throw Invalid("a machine has the identity 0, which stands for a machine without others; allowed are 1 to 255");
            }

            if (i > 0 && _machines[i].Id == _machines[i - 1].Id)
            {
                throw Invalid($"two machines have the identity {_machines[i].Id}");
            }
        }
    }

    /// <summary>Tells the composite's own rejections from the answers of its machines.</summary>
    public static bool TryReadRejection(ReadOnlySpan<byte> answer, out CompositeRejection rejection)
    {
        var isRejection = answer.Length == 2 && answer[0] == RejectionMark;
        rejection = isRejection ? (CompositeRejection)answer[1] : default;
        return isRejection;
    }

    /// <inheritdoc/>
    public ApplyOutcome Apply(in CommandContext context, ReadOnlySpan<byte> command, IBufferWriter<byte> result)
    {
        if (Find(command) is { } machine)
        {
            return machine.Apply(context, command[1..], result);
        }

        Reject(command, result);
        return ApplyOutcome.Rejected;
    }

    /// <inheritdoc/>
    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result)
    {
        if (Find(query) is { } machine)
        {
            machine.Query(query[1..], result);
        }
        else
        {
            Reject(query, result);
        }
    }

    /// <inheritdoc/>
    public Digest StateHash()
    {
        const int PairSize = 1 + Digest.Size;
        Span<byte> pairs = stackalloc byte[byte.MaxValue * PairSize];
        pairs = pairs[..(_machines.Length * PairSize)];
        for (var i = 0; i < _machines.Length; i++)
        {
            pairs[i * PairSize] = _machines[i].Id.Value;
            _machines[i].Machine.StateHash().CopyTo(pairs[((i * PairSize) + 1)..]);
        }

        return Blake3.Hash(pairs);
    }

    /// <inheritdoc/>
    public IStateSnapshot CaptureSnapshot() => new CompositeSnapshot([.. _machines.Select(hosted => new SnapshotPart(hosted.Id, hosted.Machine.CaptureSnapshot()))]);

    /// <inheritdoc/>
    /// <remarks>If a later part is damaged, the machines whose parts were restored already get back what they had.</remarks>
    public void Restore(Stream snapshot)
    {
        using var before = (CompositeSnapshot)CaptureSnapshot();
        var restored = 0;
        try
        {
            CompositeSnapshot.RequireByte(snapshot, (byte)_machines.Length, "machines");
            foreach (var hosted in _machines)
            {
                CompositeSnapshot.RequireByte(snapshot, hosted.Id.Value, "as the next machine's identity");
                using var part = new PartReadStream(snapshot);
                restored++;
                hosted.Machine.Restore(part);
                part.RequireEnd();
            }

            CompositeSnapshot.RequireEnd(snapshot);
        }
        catch
        {
            before.PutBack(_machines.AsSpan(0, restored));
            throw;
        }
    }

    private static ConsensusException Invalid(string problem) =>
        new(ConsensusFailure.InvalidConfiguration, $"The composite state machine cannot be made: {problem}.");

    private static void Reject(ReadOnlySpan<byte> command, IBufferWriter<byte> result)
    {
        var rejection = command.IsEmpty ? CompositeRejection.MachineMissing : CompositeRejection.MachineUnknown;
        result.Write([RejectionMark, (byte)rejection]);
    }

    private IStateMachine? Find(ReadOnlySpan<byte> command)
    {
        if (!command.IsEmpty)
        {
            foreach (var hosted in _machines)
            {
                if (hosted.Id.Value == command[0])
                {
                    return hosted.Machine;
                }
            }
        }

        return null;
    }
}
