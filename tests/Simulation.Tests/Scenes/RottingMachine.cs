using System.Buffers;
using Consensus.Replication.KeyValue;
using Consensus.Simulation.Clients;

namespace Consensus.Simulation.Tests.Scenes;

/// <summary>A key-value machine in whose memory something may change that nobody has asked for.</summary>
internal sealed class RottingMachine : IStateMachine
{
    private static readonly Operation Rot = RegisterOperation.Write("rot", 1);

    private readonly KeyValueStateMachine _machine = new();
    private bool _isToRot;

    /// <summary>Whether its state is not what its commands make of it.</summary>
    public bool IsRotten { get; private set; }

    /// <summary>Changes the state, just after the next command.</summary>
    public void RotSoon() => _isToRot = true;

    public ApplyOutcome Apply(in CommandContext context, ReadOnlySpan<byte> command, IBufferWriter<byte> result)
    {
        var outcome = _machine.Apply(context, command, result);
        if (_isToRot)
        {
            _isToRot = false;
            IsRotten = true;
            _machine.Apply(context, Rot.Content.Span, new ArrayBufferWriter<byte>());
        }

        return outcome;
    }

    public void Query(ReadOnlySpan<byte> query, IBufferWriter<byte> result) => _machine.Query(query, result);

    public Digest StateHash() => _machine.StateHash();

    public IStateSnapshot CaptureSnapshot() => _machine.CaptureSnapshot();

    public void Restore(Stream snapshot)
    {
        _machine.Restore(snapshot);
        IsRotten = false;
    }
}
