using System.Buffers;
using Consensus.Replication.KeyValue;

namespace Consensus.Simulation.Tests.Checkers;

/// <summary>A key-value machine with one fault, the same on each replica unless the fault is that they differ.</summary>
internal sealed class PlantedMachine(PlantedFault fault, int number) : IStateMachine
{
    private const int ForgottenEvery = 97;

    private readonly KeyValueStateMachine _machine = new();

    /// <summary>The state that queries see, if they see an old one.</summary>
    private readonly KeyValueStateMachine _shown = new();

    private (CommandContext Context, byte[] Command)? _late;

    public ApplyOutcome Apply(in CommandContext context, ReadOnlySpan<byte> command, IBufferWriter<byte> result)
    {
        if (fault == PlantedFault.ForgetsWrites && context.Index.Value % ForgottenEvery == 0)
        {
            // Answered as if it had been done.
            return new KeyValueStateMachine().Apply(context, command, result);
        }

        if (_late is { } late)
        {
            _shown.Apply(late.Context, late.Command, new ArrayBufferWriter<byte>());
        }

        _late = (context, command.ToArray());
        var outcome = _machine.Apply(context, command, result);
        if (fault == PlantedFault.AnswersDiffer && number % 5 == 0)
        {
            result.GetSpan(1)[0] = 0;
            result.Advance(1);
        }

        return outcome;
    }

    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result) =>
        (fault == PlantedFault.ShowsOldState ? _shown : _machine).Query(query, result);

    public Digest StateHash() => _machine.StateHash();

    public IStateSnapshot CaptureSnapshot() => _machine.CaptureSnapshot();

    public void Restore(Stream snapshot)
    {
        using var copy = new MemoryStream();
        snapshot.CopyTo(copy);
        copy.Position = 0;
        _machine.Restore(copy);
        copy.Position = 0;
        _shown.Restore(copy);
        _late = null;
    }
}
