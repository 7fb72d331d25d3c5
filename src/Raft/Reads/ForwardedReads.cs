using Consensus.Raft.Messages;
using Consensus.Raft.Replication;

namespace Consensus.Raft.Reads;

/// <summary>
/// A follower's reads, which its leader has confirmed (thesis, section 6.4): they are answered once what the leader had committed is applied
/// here.
/// </summary>
internal sealed class ForwardedReads(RaftState state, LogReceiver receiver)
{
    public void OnConfirmed(ReadIndexResponse answer)
    {
        if (!state.AcceptsWrites && answer.Index > receiver.Agreed)
        {
            // This replica has no space for what the read must see. Its callers hear so at once, and may ask another.
            state.Effects.Refuse(answer.Ticket, RefusalReason.StorageFull);
            return;
        }

        state.Effects.ConfirmRead(answer.Ticket, answer.Index);
    }
}
