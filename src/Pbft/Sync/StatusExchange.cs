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
    private const int VotesPerAnswer = 32;

    private readonly CommittedAnswers _committed = new(state);

    // What the others heard last.
    private bool _hasSuspected;

    private Status Present => new(state.View, state.IsActive, views.SuspectsPrimary, state.Stable.Number, state.Log.Committed, state.Log.Last);

    private bool IsBusy => !state.IsActive || !reissuing.IsDone || transfer.IsBehind || views.SuspectsPrimary || _hasSuspected || state.Log.Last > state.Log.Committed;

    public void OnTime()
    {
        if (!timer.IsDue)
        {
            return;
        }

        _hasSuspected = views.SuspectsPrimary;
        timer.Restart(IsBusy);
        state.Broadcast(Present);
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
        var answer = new Answer(state, from);
        _committed.Answer(from, status.Committed, answer);
        if (status.View == state.View && status.IsActive && state.IsActive)
        {
            SendVotes(from, status, answer);
        }
    }

    /// <summary>A committed block was taken, the first copy of it. If its sender has more, it is told at once that this one has come.</summary>
    public void OnCommitted(NodeId from, CommittedBlock message)
    {
        state.Asking.OnAnswer(from, AnswerPart.Of(message.Block) + AnswerPart.Of(message.Certificate));
        if (message.HasMore && state.Asking.TryAsk(from))
        {
            state.Send(from, Present);
        }
    }

    public void OnBlockRequest(NodeId from, BlockRequest request, KeptBlocks kept)
    {
        var block = state.Log.Has(request.Number) && state.Log.DigestOf(request.Number) == request.Digest
            ? state.Log.Read(request.Number)
            : kept.Find(request.Number, request.Digest);
        if (block is not null)
        {
            state.Ration.Charge(from, AnswerPart.Of(block));
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
            state.Ration.Charge(from, AnswerPart.OfBytes(start.Bytes));
            state.Send(from, start);
        }
        else if (views.Own is { } own)
        {
            state.Ration.Charge(from, AnswerPart.OfBytes(own.Bytes));
            state.Send(from, own);
        }
    }

    private void SendVotes(NodeId from, Status status, Answer answer)
    {
        var sent = 0;
        foreach (var slot in state.Slots)
        {
            if (slot.Number <= status.Committed || slot.AcceptedIn != state.View)
            {
                continue;
            }

            if (slot.Proposal is { } block && slot.Number > status.Last && answer.TryAddBlock(AnswerPart.Of(block)))
            {
                state.Send(from, new PrePrepare(state.View, slot.Number, block, slot.PrimarySignature));
            }

            if (slot.OwnPrepare is { } prepare)
            {
                state.Ration.Charge(from, AnswerPart.Statement);
                state.Send(from, prepare);
            }

            if (slot.OwnCommit is { } commit)
            {
                state.Ration.Charge(from, AnswerPart.Statement);
                state.Send(from, commit);
            }

            if (++sent >= VotesPerAnswer)
            {
                return;
            }
        }
    }
}
