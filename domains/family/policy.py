"""Who may see the family, and what people talk about with it."""

from domains.kernel.policy import anybody, owns_or_administers, protect

from .models import Conversation, FamilyInteraction, FamilyMember, Message

protect(FamilyMember, visible=anybody)
protect(Conversation, visible=owns_or_administers)
protect(Message, visible=owns_or_administers)
protect(FamilyInteraction, visible=owns_or_administers)
