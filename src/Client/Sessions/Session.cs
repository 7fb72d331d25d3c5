using Consensus.Client.Nodes;

namespace Consensus.Client.Sessions;

/// <summary>
/// The numbers of one session. A number is in use until its command has ended; a number is acknowledged when it and all below have ended.
/// The group keeps the results of so many numbers only, so no number is handed out that lies further above the acknowledged ones.
/// </summary>
/// <remarks>Safe to use from any number of threads.</remarks>
/// <param name="client">The session.</param>
/// <param name="first">The first number. Where the node that opened the session is not believed, it is to be one that nobody has used or could guess: that session may be another client's.</param>
/// <param name="openedBy">The node that has opened it, and could have lied about its number; null if nobody asks.</param>
internal sealed class Session(ClientId client, ulong first, NodeEndpoint? openedBy = null)
{
    /// <summary>How many numbers the group keeps above those that are acknowledged.</summary>
    public const int Window = 16_384;

    private readonly Lock _lock = new();
    private readonly bool[] _hasEnded = new bool[Window];
    private ulong _next = first;
    private ulong _acknowledgedBelow = first;
    private TaskCompletionSource _room = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The node that has opened it, if that is known.</summary>
    public NodeEndpoint? OpenedBy { get; } = openedBy;

    /// <summary>Takes the next number.</summary>
    /// <param name="number">The number.</param>
    /// <param name="room">If there is none: completed when it is worth asking again.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryTake(out RequestNumber number, out Task room)
    {
        lock (_lock)
        {
            room = _room.Task;
            if (_next - _acknowledgedBelow >= Window)
            {
                number = default;
                return false;
            }

            number = new RequestNumber(new RequestId(client, _next), _acknowledgedBelow);
            _next++;
            return true;
        }
    }

    /// <summary>A command has ended: it will not be sent again, and nobody will ask for its result.</summary>
    public void End(RequestNumber number)
    {
        TaskCompletionSource? gained = null;
        lock (_lock)
        {
            var wasFull = _next - _acknowledgedBelow >= Window;
            _hasEnded[number.Id.Sequence % Window] = true;
            while (_acknowledgedBelow < _next && _hasEnded[_acknowledgedBelow % Window])
            {
                _hasEnded[_acknowledgedBelow % Window] = false;
                _acknowledgedBelow++;
            }

            if (wasFull && _next - _acknowledgedBelow < Window)
            {
                (gained, _room) = (_room, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            }
        }

        gained?.SetResult();
    }
}
