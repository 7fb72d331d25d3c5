using Consensus.Engine;
using Consensus.Raft.Messages;

namespace Consensus.Raft.Transfer;

/// <summary>Tells whoever asked for a membership change or a transfer how it ended, here or at the replica that forwarded it.</summary>
internal sealed class ControlDesk(RaftState state)
{
    public void Complete(NodeId from, Ticket ticket, ControlResult result)
    {
        if (from == state.Self)
        {
            state.Effects.CompleteControl(ticket, result);
        }
        else
        {
            state.Send(from, new ControlOutcome(state.Term, ticket, result));
        }
    }
}
