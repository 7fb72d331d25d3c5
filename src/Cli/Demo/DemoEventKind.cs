namespace Consensus.Cli.Demo;

/// <summary>How an event is to be taken.</summary>
internal enum DemoEventKind
{
    /// <summary>As it is.</summary>
    Plain,

    /// <summary>Something was broken, on purpose.</summary>
    Fault,

    /// <summary>The cluster came back.</summary>
    Recovery,

    /// <summary>Something went wrong that should not have.</summary>
    Failure,
}
