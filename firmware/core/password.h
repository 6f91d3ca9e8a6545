/* The web's password: made at the first start, then the owner's or none
 * (WebPassword). */
#ifndef FIRMWARE_CORE_PASSWORD_H
#define FIRMWARE_CORE_PASSWORD_H

#define PASSWORD_LETTERS 8u /* of 23 that can't be mistaken: 36 bits */
/* The radio must be on for a while to be a source of chance. */
#define PASSWORD_AFTER_S 2u

struct device;

/* In settings.web_auth; numbers are on flash. */
enum password_kind {
    PASSWORD_MADE, /* by the device; none yet while it is empty */
    PASSWORD_OWN,  /* the owner's */
    PASSWORD_NONE  /* the owner has removed it */
};

/* Make one when it is due, and tell it to who is at the serial line, at each
 * start until the owner has set one. */
void password_tick(struct device *dev);

#endif
