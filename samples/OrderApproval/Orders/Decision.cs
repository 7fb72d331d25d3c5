using System.ComponentModel.DataAnnotations;

namespace OrderApproval.Orders;

/// <summary>The body of an approval or a rejection. A service in earnest takes the person from the request's authentication.</summary>
public sealed record Decision([Required][StringLength(100)] string By);
