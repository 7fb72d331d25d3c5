using System.Diagnostics.CodeAnalysis;

namespace Consensus.Engine;

/// <summary>
/// The commands that wait for a number in the replica's own session: until it is open, and its window has room. No attempt of these may have
/// had an effect. Used by the loop only.
/// </summary>
internal sealed class CommandBacklog
{
    private readonly Queue<PendingCommand> _commands = new();

    public bool IsEmpty => _commands.Count == 0;

    /// <summary>Its caller went away before it was proposed, and does not hear this.</summary>
    public static void FinishCancelled(PendingCommand command) => command.Finish(ProposeResult.Refused(RefusalReason.TimedOut));

    public void Enqueue(PendingCommand command) => _commands.Enqueue(command);

    /// <summary>Takes the next one whose caller still waits.</summary>
    public bool TryTake([MaybeNullWhen(false)] out PendingCommand command)
    {
        while (_commands.TryDequeue(out command))
        {
            if (!command.IsCompleted)
            {
                return true;
            }

            FinishCancelled(command);
        }

        return false;
    }

    /// <summary>Refuses all.</summary>
    public void Refuse(RefusalReason reason)
    {
        while (_commands.TryDequeue(out var command))
        {
            command.Finish(ProposeResult.Refused(reason));
        }
    }

    /// <summary>Refuses those that have waited too long; the others keep their order.</summary>
    public void Expire(Ticks now, RefusalReason whyLate)
    {
        for (var left = _commands.Count; left > 0; left--)
        {
            var command = _commands.Dequeue();
            if (command.IsCompleted || now >= command.Deadline)
            {
                command.Finish(ProposeResult.Refused(whyLate));
            }
            else
            {
                _commands.Enqueue(command);
            }
        }
    }

    /// <summary>The replica has stopped.</summary>
    public void Fail(Exception exception)
    {
        while (_commands.TryDequeue(out var command))
        {
            command.TryFail(exception);
        }
    }
}
