using Consensus.Engine;

namespace Consensus.Raft.Tests.Cluster;

/// <summary>What surrounds a replica in a test: where its messages and its disk's work go, and who watches.</summary>
internal interface ITestWorld
{
    /// <summary>A message leaves, in its wire form.</summary>
    void OnSent(TestReplica from, NodeId to, byte[] frame);

    /// <summary>Work on files, or the state machine's report, is due as an input some time.</summary>
    void OnBackgroundResult(TestReplica replica, Input result);

    /// <summary>Something that callers or observers of the replica see.</summary>
    void OnHappened(TestReplica replica, object happening);
}
