using System.Text.Json.Serialization;

namespace Consensus.AspNetCore.Members;

/// <summary>What a <see cref="MemberChangeDocument"/> asks for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MemberChangeKind>))]
internal enum MemberChangeKind
{
    /// <summary>Add a member that becomes a voter when it has caught up.</summary>
    [JsonStringEnumMemberName("add_voter")]
    AddVoter,

    /// <summary>Add a learner.</summary>
    [JsonStringEnumMemberName("add_learner")]
    AddLearner,

    /// <summary>Make a learner a voter.</summary>
    [JsonStringEnumMemberName("promote")]
    Promote,

    /// <summary>Give a member another address.</summary>
    [JsonStringEnumMemberName("move")]
    Move,
}
