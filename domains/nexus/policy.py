"""Who may see what is known of a person."""

from domains.kernel.policy import owns_or_administers, protect

from .models import AuditLog, Interaction, Recommendation, UserProfile

protect(UserProfile, visible=owns_or_administers)
protect(Recommendation, visible=owns_or_administers)
protect(Interaction, visible=owns_or_administers)
protect(AuditLog, visible=owns_or_administers)
