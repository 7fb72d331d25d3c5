using Consensus.Byzantine;
using Consensus.Pbft.Messages;
using Consensus.Pbft.Views;

namespace Consensus.Pbft.Sync;

/// <summary>
/// Replicas tell each other where they are, and whoever is ahead sends what the other lacks (Castro's thesis, section 5.2). No message is
/// repeated but for that, so losses cost one round.
/// </summary>
internal sealed class StatusExchange(PbftState state, StatusTimer timer, ViewChanges views, Reissuing reissuing, StateTransfer transfer)
{
    private const int BlocksPerAnswer = 32;
    private const int VotesPerAnswer = 32;

    // What the others heard last.
    private bool _hasSuspected;

    private bool IsBusy => !state.IsActive || !reissuing.IsDone || transfer.IsBehind || views.SuspectsPrimary || _hasSuspected || state.Log.Last > state.Log.Committed;

    public void OnTime()
    {
        if (!timer.IsDue)
        {
            return;
        }

        _hasSuspected = views.SuspectsPrimary;
        timer.Restart(IsBusy);
        state.Broadcast(new Status(state.View, state.IsActive, views.SuspectsPrimary, state.Stable.Number, state.Log.Committed, state.Log.Last));
        if (reissuing.Missing is { } missing)
        {
            state.Broadcast(missing);
        }

        transfer.OnTime();
    }

    /// <summary>There is something to be heard of soon.</summary>
    public void Hasten()
    {
        if (IsBusy)
        {
            timer.Hasten();
        }
    }

    public void OnStatus(NodeId from, Status status)
    {
        views.OnStatus(from, status);
        AnswerView(from, status);
        transfer.SendCheckpoints(from, status.Stable);
        SendCommitted(from, status);
        if (status.View == state.View && status.IsActive && state.IsActive)
        {
            SendVotes(from, status);
        }
    }

    public void OnBlockRequest(NodeId from, BlockRequest request, KeptBlocks kept)
    {
        var block = state.Log.Has(request.Number) && state.Log.DigestOf(request.Number) == request.Digest
            ? state.Log.Read(request.Number)
            : kept.Find(request.Number, request.Digest);
        if (block is not null)
        {
            state.Ration.Charge(from, block.Bytes);
            state.Send(from, new BlockAnswer(request.Number, block));
        }
    }

    private void AnswerView(NodeId from, Status status)
    {
        if (status.View > state.View || (status.View == state.View && status.IsActive))
        {
            return;
        }

        if (views.Start is { } start)
        {
            state.Ration.Charge(from, start.Bytes);
            state.Send(from, start);
        }
        else if (views.Own is { } own)
        {
            state.Ration.Charge(from, own.Bytes);
            state.Send(from, own);
        }
    }

    private void SendCommitted(NodeId from, Status status)
    {
        var last = SequenceNumber.Min(state.Log.Committed, status.Committed + BlocksPerAnswer);
        for (var number = SequenceNumber.Max(status.Committed, state.Stable.Number).Next; number <= last; number = number.Next)
        {
            if (state.FindSlot(number) is { Certificate: { } certificate } && state.Log.Has(number))
            {
                var block = state.Log.Read(number);
                state.Ration.Charge(from, block.Bytes);
                state.Send(from, new CommittedBlock(block, certificate));
            }
        }
    }

    private void SendVotes(NodeId from, Status status)
    {
        var sent = 0;
        foreach (var slot in state.Slots)
        {
            if (slot.Number <= status.Committed || slot.AcceptedIn != state.View)
            {
                continue;
            }

            if (slot.Proposal is { } block && slot.Number > status.Last)
            {
                state.Ration.Charge(from, block.Bytes);
                state.Send(from, new PrePrepare(state.View, slot.Number, block, slot.PrimarySignature));
            }

            if (slot.OwnPrepare is { } prepare)
            {
                state.Send(from, prepare);
            }

            if (slot.OwnCommit is { } commit)
            {
                state.Send(from, commit);
            }

            if (++sent >= VotesPerAnswer)
            {
                return;
            }
        }
    }
}
