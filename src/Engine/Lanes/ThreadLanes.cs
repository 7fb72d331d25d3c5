namespace Consensus.Engine;

/// <summary>Gives each lane a thread.</summary>
internal sealed class ThreadLanes : ILanes
{
    /// <inheritdoc/>
    public ILane Create(LaneKind kind, NodeId replica, Func<TimeSpan> turn, Action<Exception> onFailure) =>
        new ThreadLane($"consensus-{replica}-{NameOf(kind)}", turn, onFailure);

    private static string NameOf(LaneKind kind) => kind switch
    {
        LaneKind.Protocol => "loop",
        LaneKind.Log => "log",
        LaneKind.State => "state",
        LaneKind.Files => "files",
    };
}
