namespace Consensus.Byzantine.Tests;

/// <summary>Carries to node 3 what the test has others send, each at its time, and lets it look at what is missing in between.</summary>
internal sealed class SlowNetwork(Newcomer replica)
{
    private readonly PriorityQueue<Action, (Ticks At, int Order)> _underWay = new();
    private Ticks _nextLook = replica.Now + Newcomer.StatusInterval;
    private int _order;
    private int _seen;

    /// <summary>What node 3 sends from now on, each message once.</summary>
    public IEnumerable<(NodeId To, ProtocolMessage Message)> Sent()
    {
        while (_seen < replica.Effects.Messages.Count)
        {
            var sent = replica.Effects.Messages[_seen++];
            yield return (sent.To, sent.Message);
        }
    }

    public void After(TimeSpan delay, Action then) => _underWay.Enqueue(then, (replica.Now + delay, _order++));

    /// <summary>The next thing happens.</summary>
    public void Go()
    {
        if (_underWay.TryPeek(out _, out var next) && next.At <= _nextLook)
        {
            replica.Sleep(next.At - replica.Now);
            _underWay.Dequeue()();
        }
        else
        {
            replica.Sleep(_nextLook - replica.Now);
            replica.Step(TimePassed.Instance);
            _nextLook += Newcomer.StatusInterval;
        }
    }
}
