using System.Buffers;

namespace Consensus.Simulation.Tests.Guide;

/// <summary>A state machine as it must not be: it keeps something that its snapshots leave out, and hashes it.</summary>
public sealed class ForgetfulTicketMachine : TicketMachine
{
    private int _handed;

    public override ApplyOutcome Apply(in CommandContext context, ReadOnlySpan<byte> command, IBufferWriter<byte> result)
    {
        _handed++;
        return base.Apply(context, command, result);
    }

    public override Digest StateHash() => _handed % 7 == 0 ? default : base.StateHash();
}
