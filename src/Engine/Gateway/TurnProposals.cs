namespace Consensus.Engine;

/// <summary>The commands to propose in a turn. Their bytes stay what they are until it has ended, even if a caller has its result before.</summary>
internal sealed class TurnProposals
{
    private readonly List<PendingCommand> _held = [];
    private Proposal[] _proposals = new Proposal[64];
    private int _count;

    /// <summary>All of them, in their order. Valid until <see cref="Clear"/>.</summary>
    public ReadOnlyMemory<Proposal> All => _proposals.AsMemory(0, _count);

    public void Add(PendingCommand command, Ticket ticket)
    {
        command.Hold();
        _held.Add(command);
        Add(new Proposal(ticket, command.Payload, command.WaitFor));
    }

    public void Add(Proposal proposal)
    {
        if (_count == _proposals.Length)
        {
            Array.Resize(ref _proposals, _proposals.Length * 2);
        }

        _proposals[_count++] = proposal;
    }

    /// <summary>The turn has ended.</summary>
    public void Clear()
    {
        _count = 0;
        foreach (var command in _held)
        {
            command.Release();
        }

        _held.Clear();
    }
}
