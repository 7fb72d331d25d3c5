using Consensus.Engine;
using Consensus.Simulation.Time;

namespace Consensus.Simulation.Nodes;

/// <summary>
/// Callers that wait for a node's replica. They do not await, because a continuation would run on another thread: after each of the node's
/// turns it is looked whose call is complete.
/// </summary>
internal sealed class NodeCalls(Agenda agenda)
{
    private readonly List<Call> _calls = [];

    /// <summary>How many wait.</summary>
    public int Count => _calls.Count;

    /// <summary>Waits for a call's result.</summary>
    /// <param name="task">The call.</param>
    /// <param name="deadline">When its caller gives up.</param>
    /// <param name="then">Gets the result, and whether there is one: there is none when the caller gave up, or the node ended.</param>
    public void Add<T>(ValueTask<T> task, Ticks deadline, Action<T, bool> then)
        where T : struct
    {
        var call = new Call<T>(task, then);
        _calls.Add(call);
        agenda.Plan(deadline, () => Lose(call));
    }

    /// <summary>The node has taken a turn.</summary>
    public void Look()
    {
        for (var i = 0; i < _calls.Count;)
        {
            var call = _calls[i];
            if (call.IsCompleted)
            {
                _calls.RemoveAt(i);

                // Not within the node's turn: what follows may call the node again, or end it.
                agenda.Plan(agenda.Now, call.Finish);
            }
            else
            {
                i++;
            }
        }
    }

    /// <summary>The node has ended.</summary>
    public void LoseAll()
    {
        var lost = _calls.ToArray();
        _calls.Clear();
        foreach (var call in lost)
        {
            agenda.Plan(agenda.Now, call.Lose);
        }
    }

    private void Lose(Call call)
    {
        if (_calls.Remove(call))
        {
            call.Lose();
        }
    }

    private abstract class Call
    {
        public abstract bool IsCompleted { get; }

        public abstract void Finish();

        public abstract void Lose();
    }

    private sealed class Call<T>(ValueTask<T> task, Action<T, bool> then) : Call
        where T : struct
    {
        public override bool IsCompleted => task.IsCompleted;

        public override void Finish()
        {
            T result;
            try
            {
                result = task.GetAwaiter().GetResult();
            }
            catch (ConsensusException)
            {
                // The replica has stopped; what became of the call is not known.
                then(default, false);
                return;
            }

            then(result, true);
        }

        public override void Lose() => then(default, false);
    }
}
