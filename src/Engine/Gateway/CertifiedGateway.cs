namespace Consensus.Engine;

/// <summary>Callers whose command is committed, and who wait until it survives members that lie. Used by the loop only.</summary>
internal sealed class CertifiedGateway
{
    private readonly List<CommandToCertify> _waiting = [];
    private LogIndex _certified;

    /// <summary>How many callers wait.</summary>
    public int Waiting => _waiting.Count;

    /// <summary>When the gateway wants <see cref="OnTime"/> at the latest.</summary>
    public Ticks NextDeadline { get; private set; } = Ticks.Never;

    /// <summary>A command is committed.</summary>
    public void Accept(CommandToCertify pending)
    {
        if (pending.Result.Index <= _certified)
        {
            pending.Command.Finish(pending.Result);
            return;
        }

        NextDeadline = Ticks.Min(NextDeadline, pending.Command.Deadline);
        _waiting.Add(pending);
    }

    /// <summary>Entries up to one are certified. Called every turn: costs nothing if that is not new.</summary>
    public void OnCertified(LogIndex certified)
    {
        if (certified <= _certified)
        {
            return;
        }

        _certified = certified;
        if (_waiting.Count > 0)
        {
            FinishCertified();
        }
    }

    /// <summary>Ends what has waited too long. It has taken effect; but the caller asked for more than that.</summary>
    public void OnTime(Ticks now)
    {
        if (now >= NextDeadline)
        {
            FinishLate(now);
        }
    }

    /// <summary>The replica has stopped: nothing that waits is answered any more.</summary>
    public void Fail(Exception exception)
    {
        foreach (var pending in _waiting)
        {
            pending.Command.TryFail(exception);
        }

        _waiting.Clear();
    }

    // Apart from what is called every turn: a lambda's captured variables are allocated where the method begins that has them.
    private void FinishCertified() => _waiting.RemoveAll(pending =>
    {
        if (pending.Result.Index > _certified)
        {
            return false;
        }

        pending.Command.Finish(pending.Result);
        return true;
    });

    private void FinishLate(Ticks now)
    {
        var next = Ticks.Never;
        _waiting.RemoveAll(pending =>
        {
            if (now < pending.Command.Deadline)
            {
                next = Ticks.Min(next, pending.Command.Deadline);
                return false;
            }

            pending.Command.Finish(ProposeResult.Unknown(RefusalReason.TimedOut));
            return true;
        });
        NextDeadline = next;
    }
}
